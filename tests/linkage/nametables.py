"""Names by community, written by hand and ordered from the commonest, and how they vary.

Only the order matters: `people.py` lays a frequency curve over it. Where a community's names differ
by sex, boys come first. The long tail of British names comes from the `fusuk` package.
"""


def words(text: str) -> list[str]:
    """Names separated by white space; `_` stands for a space within a name."""
    return [word.replace("_", " ") for word in text.split()]


# === forenames ===

BRITISH_BOYS = words("""
    Oliver Jack Harry George Noah Charlie Jacob Alfie Freddie Oscar Leo Archie Logan Thomas James
    Joshua Henry William Max Lucas Ethan Arthur Mason Isaac Harrison Teddy Finley Daniel Riley
    Edward Joseph Alexander Adam Reggie Samuel Jaxon Sebastian Elijah Harley Toby Arlo Dylan Jude
    Benjamin Rory Tommy Jake Louie Carter Jenson Hugo Bobby Frankie Ollie Zachary David Albie Lewis
    Luca Ronnie Jackson Matthew Alex Hunter Jayden Luke Harvey Ellis Ralph Grayson Blake Gabriel
    Stanley Theo Liam Ezra Michael Roman Theodore Caleb Kai Nathan Ryan Elliot Jasper Connor Felix
    Leon Sonny Rowan Louis Tyler Callum Cameron Ben Aaron Kian Owen Robert Austin Dexter Joey Billy
    Jamie Finn Christopher Bailey Reuben Brandon Rhys Evan Sam Kayden John Andrew Patrick Dominic
    Marcus Jordan Corey Kyle Anthony Peter Philip Stephen Nicholas Tobias Lennon Vinnie Ashton Zac
    Xavier Rupert Miles Myles Barnaby Spencer Francis Angus Fraser Euan Gethin Iwan Dewi Alistair
    Jonathan Edmund Frederick Albert Ernest Wilfred Sidney Vincent Lawrence Timothy Gregory Kieran
    Declan Conor Shane Craig Scott Damian Joel Eli Silas Otis Rafferty Monty Bertie Kit Denzel Tyrese
""")

BRITISH_GIRLS = words("""
    Olivia Amelia Isla Ava Emily Isabella Mia Poppy Ella Lily Jessica Sophie Grace Evie Charlotte
    Freya Daisy Isabelle Phoebe Florence Alice Sienna Matilda Ruby Millie Evelyn Rosie Elsie Ivy
    Harper Eva Willow Scarlett Chloe Layla Erin Luna Maisie Lola Esme Elizabeth Eliza Ellie Imogen
    Emma Thea Lucy Holly Emilia Molly Orla Georgia Hannah Abigail Jasmine Lottie Bella Amber Summer
    Megan Eleanor Rose Zara Maya Violet Lilly Robyn Lexi Gracie Annabelle Penelope Amelie Katie
    Darcey Aria Darcie Martha Heidi Victoria Leah Nancy Beatrice Zoe Bonnie Anna Faith Skye Harriet
    Tilly Mila Brooke Lydia Niamh Libby Amy Beth Rebecca Madison Paige Caitlin Lauren Keira Samantha
    Alexandra Catherine Margaret Iris Mabel Hallie Kayla Eden Hope Louisa Clara Julia Sarah Rachel
    Kate Laura Nicole Danielle Natasha Gemma Michelle Christina Jennifer Philippa Josephine Francesca
    Georgina Frances Isobel Elena Juliet Cora Edith Maggie Penny Ottilie Aurora Delilah Nevaeh Savannah
    Kelsey Courtney Shannon Abbie Tia Tamara Kiera Ffion Carys Seren Cerys Eilidh Iona Rhiannon Bethany
""")

MIDDLE_BOYS = words("""
    James John William Thomas David Michael Robert George Joseph Edward Alexander Lee Peter Paul
    Christopher Daniel Henry Arthur Charles Anthony Andrew Stephen Jack Matthew Alan Richard Mark Ian
""")
MIDDLE_GIRLS = words("""
    Rose Grace Louise May Elizabeth Anne Jane Marie Mae Ann Mary Kate Alice Lily Catherine Victoria
    Hope Faith Margaret Ellen Joy Rae Frances Olivia Charlotte Helen Sarah Jayne Amelia Isabella
""")

IRISH_BOYS = words("""
    Sean Conor Cillian Oisin Darragh Padraig Eoin Ciaran Patrick Aidan Fionn Ronan Cormac Tadhg
    Donnacha Kevin Brendan Diarmuid Niall Lorcan Shay Eoghan Rian Finbar
""")
IRISH_GIRLS = words("""
    Aoife Niamh Saoirse Caoimhe Ciara Roisin Sinead Grainne Fiadh Eimear Siobhan Maeve Orlaith
    Clodagh Aisling Bridget Nora Kathleen Oonagh Deirdre Mairead Sorcha Eabha Cara
""")

MUSLIM_BOYS = words("""
    Muhammad Ali Ibrahim Yusuf Adam Abdullah Hamza Ahmed Omar Zayn Musa Haris Bilal Hassan Husayn
    Ismail Isa Umar Khalid Uthman Idris Zakariya Yahya Mustafa Hashim Rayyan Amir Imran Faisal Saad
    Sulayman Ayaan Junayd Tariq Usman Salman Danyal Aryan Eesa Haroon Nabil Kareem Jibril Zain Ayub
    Daud Luqman Shoaib Talha Anas Sami Fahad Hasnain Kashif Nadeem Rehan Shahid Wasim Zubair Adil
""")
MUSLIM_GIRLS = words("""
    Aisha Fatima Maryam Zainab Zara Khadija Hafsa Aaliyah Amina Safa Inaya Sumayya Hana Sara Ayesha
    Iqra Noor Asma Laiba Anaya Halima Safiya Ruqayya Mariam Hira Alisha Eliza Yasmin Samira Nadia
    Salma Rabia Sana Saima Shazia Bushra Nasreen Farah Leila Eshal Zoya Mahnoor Haleema Amara
    Humaira Tasnim Sadia Rukhsana Parveen Sidra Kiran Nimra Areeba Maira Zahra Jannat Marwa
""")

SIKH_BOYS = words("""
    Arjan Gurpreet Harpreet Jaspreet Amandeep Manpreet Simran Sukhdeep Jovan Ranveer Gurveer Harjot
    Karan Rajan Jagdeep Kulveer Manveer Tejvir Balraj Inderpal Aran Dilraj Parmveer Jasvir
""")
SIKH_GIRLS = words("""
    Simran Jasmine Harleen Gurleen Manpreet Amandeep Jasleen Kiranjit Avneet Sukhpreet Rajvinder
    Navneet Ravneet Jaspreet Harpreet Kirandeep Mehar Anaya Sirjana Parveen Jasmeet Baljit Amrit
""")
SIKH_SYLLABLES = (
    words("Gur Har Jas Aman Man Sukh Kul Bal Raj Nav Ran Prabh Tej Param Kiran Amar Jag Dil Ravin"),
    words("preet deep jit veer inder jot meet want jeet"),
)
HINDU_BOYS = words("""
    Aarav Arjun Rohan Krish Aryan Dev Vihaan Rahul Nikhil Ishaan Jay Aditya Shiv Kiran Veer Akash
    Neel Rishi Harsh Yash Dhruv Sai Advik Om Pranav Karthik Ravi Anand Vikram Siddharth
""")
HINDU_GIRLS = words("""
    Anaya Diya Aanya Priya Aaradhya Riya Isha Kavya Mira Saanvi Anika Nisha Pooja Shreya Ananya
    Meera Khushi Jiya Radha Asha Kiran Hetal Bhavika Krupa Dhara Lakshmi Sneha Divya Tara Avani
""")

POLISH_BOYS = words("""
    Jakub Kacper Oliwier Aleksander Filip Szymon Adam Antoni Dawid Michał Mateusz Bartosz Wojciech
    Igor Piotr Oskar Dominik Maksymilian Alan Nikodem Patryk Krzysztof Tomasz Paweł Łukasz Stanisław
    Marcel Wiktor Sebastian Franciszek
""")
POLISH_GIRLS = words("""
    Zofia Julia Maja Hanna Zuzanna Lena Oliwia Aleksandra Natalia Amelia Wiktoria Emilia Nikola
    Gabriela Anna Alicja Karolina Małgorzata Katarzyna Magdalena Weronika Kornelia Laura Nadia
    Michalina Milena Kinga Łucja Agnieszka Martyna
""")

ROMANIAN_BOYS = words("""
    Andrei David Alexandru Gabriel Matei Ștefan Ionuț Mihai Luca Cristian Darius Robert Mario Rareș
    Nicolae Vlad Florin Ion Daniel Eduard
""")
ROMANIAN_GIRLS = words("""
    Maria Andreea Elena Ioana Sofia Alexandra Daria Gabriela Ana Anastasia Denisa Bianca Larisa
    Antonia Mihaela Cristina Eva Teodora Raluca Natalia
""")

NIGERIAN_BOYS = words("""
    David Daniel Emmanuel Samuel Joshua Michael Joseph Oluwaseun Ayodeji Tobiloba Chukwuemeka
    Olamide Ifeanyi Temitope Babatunde Chidi Kelechi Obinna Femi Tunde Gbenga Nathaniel Elijah
    Kamsiyochukwu Oluwadamilola Ayomide Toluwani Ezekiel Chinedu Jeremiah
""")
NIGERIAN_GIRLS = words("""
    Esther Grace Deborah Blessing Chiamaka Temitope Oluwaseyi Folake Adaeze Ngozi Tolulope
    Oluwadamilola Ayomide Precious Favour Joy Victoria Abigail Ifeoma Chidinma Titilayo Yetunde
    Oluchi Simisola Moyosoreoluwa Adeola Zainab Boluwatife Ruth Hannah
""")
GHANAIAN_BOYS = words("""
    Kwame Kofi Kwaku Yaw Kwabena Kwasi Emmanuel Samuel Daniel Joshua Jayden Nana Kojo Jeremy Caleb
    Prince Isaac Michael David Elijah
""")
GHANAIAN_GIRLS = words("""
    Akosua Ama Abena Adwoa Afua Yaa Esi Efua Grace Angel Princess Nana Hannah Michelle Priscilla
    Gifty Emmanuella Josephine Abigail Christabel
""")

SOMALI_BOYS = words("""
    Muhammad Abdirahman Ahmed Abdullahi Yusuf Ibrahim Ismail Hamza Zakariya Abdi Mahad Abdulqadir
    Hassan Bilal Liban Khalid Sharmarke Guled Mukhtar Ayub Suhayb Idris
""")
SOMALI_GIRLS = words("""
    Aisha Fatima Maryam Hodan Hamda Amina Khadija Ifrah Sumayya Ayan Hibo Sagal Halima Zamzam Naima
    Fardowsa Hafsa Ikram Nasteexo Ruwayda Asma Idil
""")

ARABIC_BOYS = words("""
    Muhammad Ahmed Omar Ali Yusuf Ibrahim Hassan Husayn Karim Khalid Mustafa Abd_al-Rahman Abdullah
    Zayd Tariq Sami Hamza Amir Walid Nour Rami Jaafar Mahmoud Bashar Qasim Anas Fadi Samir Younes
""")
ARABIC_GIRLS = words("""
    Fatima Maryam Layla Noor Sara Aisha Zaynab Yasmin Rania Huda Amal Lina Salma Rana Hala Dina
    Iman Shahd Reem Jana Mona Nada Hanan Samah Ghada Sawsan Malak Rahaf
""")

CHINESE_GIVEN = words("""
    Wei Ming Jun Hao Yi Xin Jing Ying Lok Chi Ka Wing Hei Yan Tsz Ho Man Kit Long Yu Jia Hui Zi Xuan
    Mei Ling Fang Qing Rui Cheng Yuk Sze Pui Kwan Shing Tin
""")
CHINESE_BOYS = words("Jason Kevin Ryan Lucas Marcus Anson Jayden Justin Ethan Nathan Alvin Eric Aiden")
CHINESE_GIRLS = words("Chloe Jasmine Hailey Vivian Cherry Angela Yoyo Emily Sophie Grace Joyce Winnie")

# === surnames ===

IRISH_SURNAMES = words("""
    Murphy Kelly O'Brien Walsh O'Sullivan O'Connor Ryan McCarthy Doyle Gallagher O'Neill Byrne Lynch
    McLoughlin O'Reilly Dunne Kennedy Brennan Quinn Burke Nolan Fitzgerald Doherty O'Donnell Connolly
    Maguire Ward McDonagh Hughes Daly Power Joyce Casey Flanagan O'Leary Donnelly Hogan O'Dowd
""")
PAKISTANI_SURNAMES = words("""
    Khan Hussain Ahmed Ali Mahmood Iqbal Akhtar Malik Shah Mirza Hussein Raza Butt Mohammed Sheikh
    Rehman Aslam Rashid Javed Shabir Qureshi Chaudhry Bashir Yaqub Saleem Aziz Younis Riaz Zaman
    Parveen Bibi Kauser Rafiq Ashraf Sharif Latif Ghafoor Siddique Farooq Anwar Mughal Nawaz Abbasi
""")
BANGLADESHI_SURNAMES = words("""
    Begum Miah Ahmed Uddin Ali Islam Rahman Hussain Khatun Chowdhury Khanom Alam Hoque Ullah Kamal
    Sultana Akter Haque Hossain Khan Alom Bibi Islam Mia Nessa Hasan Karim Malik Sarker Talukdar
""")
# Of mothers and daughters only.
WOMENS_SURNAMES = words("""
    Begum Bibi Khatun Akhtar Parveen Kauser Fatima Khanom Sultana Akter Nessa
""")
SIKH_SURNAMES = words("""
    Singh Kaur Gill Dhillon Sandhu Sidhu Dhaliwal Grewal Bains Johal Sahota Virk Mann Atwal Kang
    Uppal Bhogal Hayer Purewal Chahal Matharu
""")
HINDU_SURNAMES = words("""
    Patel Shah Sharma Mistry Desai Kumar Gupta Joshi Mehta Parmar Chauhan Solanki Modi Reddy Rao
    Nair Iyer Thakkar Lad Verma Varsani Hirani Pindoria Amin Trivedi
""")
POLISH_SURNAMES = words("""
    Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak
    Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski
    Grabowski Pawłowski Michalski Nowicki Adamczyk Dudek Zając Wieczorek Jabłoński Król Majewski
    Olszewski Jaworski Malinowski Stępień Górski Rutkowski Witkowski Walczak Sikora Baran
""")
ROMANIAN_SURNAMES = words("""
    Popa Popescu Ionescu Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu Munteanu Constantin
    Marin Șerban Lazăr Florea Dinu Țurcanu Moldovan Lăcătuș Covaci
""")
NIGERIAN_SURNAMES = words("""
    Adeyemi Okafor Ogunleye Adebayo Okonkwo Eze Balogun Oladipo Nwosu Afolabi Adewale Obi Ojo
    Olaniyan Chukwu Akinola Oyelaran Bello Musa Ibrahim Udoh Onyeka Olatunji Adeleke Okoye Ajayi
""")
GHANAIAN_SURNAMES = words("""
    Mensah Owusu Boateng Asante Osei Appiah Agyemang Addo Amoah Ofori Antwi Sarpong Opoku Frimpong
    Darko Ansah Acheampong Adjei Asamoah Boakye
""")
SOMALI_SURNAMES = words("""
    Mohamed Ali Ahmed Hassan Abdi Omar Yusuf Ibrahim Hussein Farah Warsame Jama Osman Abdullahi
    Adan Abdirahman Ismail Nur Aden Mohamud Isse Duale
""")
ARABIC_SURNAMES = words("""
    Al-Hassan Ahmed Ali Mohamed Hussein Al-Khatib Ibrahim Al-Mansour Hassan Mahmoud El-Sayed Khalil
    Saleh Al-Hamad Al-Rashid Haddad El-Masri Abdullah Al-Jaberi Nasser Yousef Othman Al-Ahmad
    El-Amin Benali Bouzid Al-Najjar Abu_Bakr Barakat Darwish Al-Saadi Qasim
""")
CHINESE_SURNAMES = words("""
    Wong Chan Li Chen Wang Lee Cheung Zhang Lam Liu Leung Ho Ng Lin Yang Cheng Huang Wu Chow Yip
    Lau Zhao Kwok Tang Xu Tsang Zhou Fung Tam Guo
""")

# === how the same name is written ===

# Each line is one name in the spellings that different hands give it.
SPELLINGS = [
    words(line)
    for line in """
    Muhammad Mohammed Mohammad Mohamed Muhammed Mohamad Muhamed Mohd
    Yusuf Yousef Youssef Yousuf Yusef Joseph
    Ibrahim Ebrahim Abraham Ibraheem
    Husayn Hussain Hussein Husain Hussayn
    Hassan Hasan Hassen
    Ahmed Ahmad Ahmet Ahmmed
    Abdullah Abdulla Abdallah
    Abdirahman Abdurahman Abdulrahman Abdirahmaan
    Abd_al-Rahman Abdulrahman Abdul_Rahman Abdelrahman Abderrahman
    Omar Umar Omer Umer
    Uthman Usman Osman Othman
    Isa Eesa Essa Issa
    Musa Moosa Mousa Moussa
    Sulayman Sulaiman Suleman Sulaymaan Suleiman
    Zakariya Zakaria Zakariyya Zakariyah
    Rayyan Rayan Rayaan Raiyan
    Zayn Zain Zane Zein
    Khalid Khaled Kaleed
    Karim Kareem
    Tariq Tarek Tarik
    Junayd Junaid Junaed
    Daud Dawud Dawood
    Ismail Ismaeel Esmail Ismael
    Idris Idrees
    Danyal Daniyal Danial
    Qasim Kasim Kassim Qassim
    Zayd Zaid Zeid
    Mahmoud Mahmood Mahmud
    Aisha Ayesha Aysha Aishah Aicha
    Fatima Fatimah Fatema Faatimah Fathima
    Maryam Mariam Mariyam Miriam Maryum
    Zainab Zaynab Zeinab Zaineb
    Khadija Khadijah Kadija Khadeeja
    Amina Aminah Ameena Aamina
    Aaliyah Aliyah Aliya Alia
    Sumayya Sumaya Sumayyah Sumaiya
    Safiya Safiyah Safia Safiyyah
    Halima Haleema Halimah
    Hafsa Hafsah Hafza
    Layla Leila Laila Leyla
    Yasmin Yasmeen Jasmin
    Noor Nour Nur
    Sara Sarah Saarah
    Zara Zahra Zarah
    Hana Hannah Hanna
    Inaya Inayah Anaya
    Rahman Rehman Rahmaan
    Chowdhury Choudhury Chaudhry Choudhary Chowdhary
    Miah Mia Miya
    Hoque Haque Haq Hoq
    Uddin Udin Ud-Din
    Qureshi Quraishi Koreshi
    Sheikh Shaikh Shaykh
    Iqbal Ikbal Eqbal
    Akhtar Akhter Akther Akter
    Khatun Khatoon
    Siddique Siddiqui Sidique
    Al-Hassan El-Hassan Alhassan
    Al-Khatib El-Khatib Alkhateeb Khatib
    El-Sayed Al-Sayed Elsayed
    El-Masri Al-Masri Elmasry
    Zofia Sofia Sophia Zosia
    Jakub Jacob Jakob
    Aleksander Alexander Aleksandr
    Aleksandra Alexandra
    Wiktoria Victoria Viktoria
    Wiktor Victor Viktor
    Szymon Simon Shimon
    Oliwia Olivia
    Oliwier Oliver
    Michał Michal Michael
    Mateusz Matthew Mateus
    Katarzyna Katherine Kasia
    Piotr Peter Petr
    Filip Philip Phillip
    Krzysztof Christopher Kristof
    Wojciech Wojtek Voytek
    Łukasz Lukasz Lucas
    Paweł Pawel Paul
    Łucja Lucja Lucy
    Maja Maya Maia
    Julia Yulia
    Ștefan Stefan Stephan
    Andrei Andrey Andre
    Mihai Michai Mihail
    Catherine Katherine Kathryn Katharine Cathryn
    Stephen Steven Stefan
    Philip Phillip Philipp
    Sean Shaun Shawn
    Conor Connor Conner
    Jonathan Johnathan Jonathon
    Nicholas Nicolas Nickolas
    Isabelle Isabel Isobel Isabell Izabelle
    Isabella Izabella Isabela
    Chloe Khloe Cloe
    Zoe Zoey Zoë
    Abigail Abigayle Abbigail
    Rebecca Rebekah Rebeka
    Lily Lilly Lillie Lilli
    Caitlin Kaitlyn Katelyn Caitlyn
    Megan Meghan Meagan
    Sophie Sofie
    Lucy Lucie
    Amelie Emilie
    Eleanor Elinor Elenor
    Niamh Neve Neave
    Aoife Eefa Aoifa
    Saoirse Sersha Seersha
    Caoimhe Keeva Queeva
    Siobhan Shivaun Shevaun
    Oisin Osheen Ossian
    Tadhg Tyg Taigh
    Ciara Keira Kiera Kira
    Jayden Jaden Jaiden Jaydon
    Jaxon Jackson Jaxson
    Kayden Kaiden Caden
    Tyler Tylor
    Ryan Rian Ryhan
    Rhys Reece Rees Reese
    Alistair Alastair Alasdair
    Geoffrey Jeffrey
    Mohamud Mahamud Mohamoud
    Abdullahi Abdulahi
    Oluwaseun Seun Oluwasheun
    Chukwuemeka Emeka
    Clark Clarke
    Davis Davies
    Thompson Thomson Tomson
    Smith Smyth Smythe
    Reid Reed Read
    Stewart Stuart Steward
    Brown Browne
    Allen Allan Alan
    Phillips Philips
    Harrison Harison
    Mathews Matthews
    Gray Grey
    Green Greene
    White Whyte
    Taylor Tayler Tailor
    Moore Moor More
    Walsh Welsh Walshe
    Johnson Johnston Jonson
    Pearson Pierson Pearsson
    Nicholson Nicolson
    Bailey Baily Bayley
    Kelly Kelley
    Murphy Murphey
    McLoughlin McLaughlin MacLoughlin
    McCarthy MacCarthy
    McDonald MacDonald
    Hughes Hews
    Wong Wang
    Chan Chen
    Cheung Zhang Chang
    Chow Zhou Chau
    Ng Wu Ang
    Lee Li Lei
    Singh Sing
    Dhillon Dhilon
    Patel Pattel
    """.strip().splitlines()
]

# A whole name, then what its bearer is called for short.
SHORT_FORMS = [
    words(line)
    for line in """
    Oliver Ollie Olly
    Harry Haz
    Henry Harry Hal
    Charles Charlie Chas
    Charlotte Charlie Lottie Char
    Jacob Jake
    Jack Jackie
    Alfred Alfie Alf Fred
    Frederick Freddie Fred
    Archibald Archie
    Thomas Tom Tommy
    James Jim Jamie Jimmy
    Joshua Josh
    William Will Billy Bill Liam
    Maxwell Max
    Maximilian Max
    Lucas Luke
    Edward Ed Eddie Ted Teddy Ned
    Joseph Joe Joey
    Alexander Alex Xander Sandy Al
    Alexandra Alex Lexi Sasha Sandra
    Samuel Sam Sammy
    Samantha Sam Sammy
    Daniel Dan Danny
    Danielle Dani Elle
    Sebastian Seb Bas
    Elijah Eli
    Benjamin Ben Benji Benny
    Zachary Zac Zack
    David Dave Davey
    Lewis Lew
    Louis Lou Louie
    Matthew Matt Matty
    Nathan Nate
    Nathaniel Nathan Nate
    Michael Mike Mikey Mick
    Gabriel Gabe
    Stanley Stan
    Theodore Theo Teddy
    Robert Rob Bob Bobby Robbie
    Christopher Chris Kit
    Cameron Cam
    Harrison Harry
    Harvey Harv
    Jonathan Jon Jonny
    John Johnny Jack
    Andrew Andy Drew
    Patrick Paddy Pat Rick
    Anthony Tony Ant
    Peter Pete
    Philip Phil Pip
    Stephen Steve Ste
    Nicholas Nick Nicky
    Timothy Tim Timmy
    Gregory Greg
    Lawrence Larry Laurie
    Vincent Vinnie Vince
    Albert Albie Bert Bertie
    Arthur Art Artie
    Wilfred Wilf
    Dominic Dom
    Isaac Ike Zac
    Reginald Reggie Reg
    Ronald Ronnie Ron
    Olivia Liv Livvy Ollie
    Amelia Millie Amy Mia
    Isabella Bella Izzy Issy
    Isabelle Izzy Belle Issy
    Emily Em Emmy Millie
    Jessica Jess Jessie
    Sophie Soph
    Sophia Sophie
    Evelyn Evie Eve
    Florence Flo Florrie Flossie
    Matilda Tilly Mattie Tilda
    Elizabeth Lizzie Beth Liz Eliza Betty Libby Ellie
    Eleanor Ellie Nell Nora
    Abigail Abi Abbie Gail
    Jasmine Jas Jazz
    Megan Meg Megs
    Annabelle Annie Bella Anna
    Penelope Penny
    Victoria Vicky Tori
    Beatrice Bea Trixie
    Rebecca Becky Becca Bex
    Madison Maddie
    Madeleine Maddie
    Catherine Cath Cathy Kate Katie
    Katherine Kate Katie Kathy Kat
    Margaret Maggie Meg Peggy Daisy
    Rachel Rach
    Natasha Tash
    Jennifer Jen Jenny
    Philippa Pippa Pip
    Josephine Josie Jo
    Francesca Fran Chess Frankie
    Georgina Georgie Gina
    Georgia Georgie
    Frances Fran Frankie
    Rosemary Rosie Rose
    Rose Rosie
    Grace Gracie
    Martha Marty
    Harriet Hattie Harry
    Lydia Lyd
    Imogen Immy
    Poppy Pops
    Scarlett Scar Lettie
    Susannah Sue Susie
    Bethany Beth
    Lauren Loz
    Aleksander Olek Alex
    Aleksandra Ola Alex
    Katarzyna Kasia
    Małgorzata Gosia Margaret
    Agnieszka Aga Agnes
    Zofia Zosia
    Zuzanna Zuzia Susie
    Jakub Kuba
    Bartosz Bartek
    Stanisław Staszek
    Krzysztof Krzysiek Chris
    Tomasz Tomek Tom
    Małgorzata Gosia
    Alexandru Alex Sandu
    Ionuț Nelu
    Oluwaseun Seun
    Oluwadamilola Dami
    Ayomide Ayo Mide
    Tobiloba Tobi
    Temitope Temi
    Tolulope Tolu
    Chukwuemeka Emeka
    Chiamaka Amaka
    Boluwatife Bolu Tife
    Simisola Simi
    Kamsiyochukwu Kamsi
    Emmanuel Emma Manny
    Gurpreet Gurp Preet
    Amandeep Aman
    Manpreet Mani
    Jaspreet Jas
    Sukhdeep Sukh
    Abdirahman Abdi
    Abdullahi Abdi
    Muhammad Mo
    Mohammed Mo
    Mohamed Mo
    Mohammad Mo
    Ibrahim Ibi
    Fatima Fatou
    Khadija Khady
    """.strip().splitlines()
]
